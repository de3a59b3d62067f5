locals {
  # SELECT * FROM `service_my-kafka`.`measurements`
  query = join("", [
    "SELECT * FROM ",
    provider::aiven::quote_identifier("service_my-kafka"),
    ".",
    provider::aiven::quote_identifier("measurements"),
  ])
}
