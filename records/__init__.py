"""What is known about people: tests, doses, orders, alerts; how it comes in; one summary row each."""
