"""The ground the parts stand on: settings, database, errors, logs, the command line and the supervisor."""
