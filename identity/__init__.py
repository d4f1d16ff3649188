"""Who people are: documents, keys, sealed names, faces on file, kin, and the accounts of askers."""
