"""What an answer left open: cases with a number, an owner and due times; watching till it changes."""
