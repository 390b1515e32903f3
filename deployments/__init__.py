"""How the product is started, and what it hands out: the command line, the server, the report, the workbook."""
