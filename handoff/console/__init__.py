"""The agents' console: pages, their JSON API and their socket."""
