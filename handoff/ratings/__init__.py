"""What users thought of the service."""
