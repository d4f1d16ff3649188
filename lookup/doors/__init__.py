"""The doors: one module for each way of asking."""
