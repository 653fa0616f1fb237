"""The coordinator's desk: papers made from a plan beside the plan itself."""
