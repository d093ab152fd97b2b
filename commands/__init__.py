"""What people can say: one file for verbs that belong together. The service layer is here, and nowhere else."""
