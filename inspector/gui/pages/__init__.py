"""What can be looked at beside the overview? One module per page, listed in `registry`, made when it is first shown."""
