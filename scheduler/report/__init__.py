"""What people look at: plan in, file out."""
