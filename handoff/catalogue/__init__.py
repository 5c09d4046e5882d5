"""The offer catalogue: groups, services, offers, classifications and impacts."""
