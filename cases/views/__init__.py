"""The pages of a citizen's cases: the list, one case, and filing from an answer."""
