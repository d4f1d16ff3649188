"""What a checkpoint stands on: gates, prepared statements and their connections, the ferry, the rates."""
