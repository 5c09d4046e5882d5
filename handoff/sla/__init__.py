"""Service level agreements: calendars, contracts, the ledger of clock events, and the clocks that derive from it."""
