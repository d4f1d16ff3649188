"""The pages of a citizen: home, own code, assisted query, answer."""
