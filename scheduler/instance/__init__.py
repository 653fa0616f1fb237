"""What an instance means: resolved and immutable, and what is tabulated of it once and for all."""
