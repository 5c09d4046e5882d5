"""Files that users and agents send with their messages: checked, kept in a folder of the home, never executed."""
