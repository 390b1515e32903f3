"""`ehc tracker`: the week's work as a workbook, a sheet for each stage, each agency's debt and each officer."""
