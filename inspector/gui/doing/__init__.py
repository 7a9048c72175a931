"""What does each action of the table do? One class per group of actions; a method's name is the action's id."""
