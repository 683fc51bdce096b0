"""Pages of market surveillance, customs and notified bodies: one battery, a consignment."""
