"""Who held a case each day, and how many days were lost with whom (decision 0018)."""
