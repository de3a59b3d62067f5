import {
  to = aiven_external_kafka_endpoint.self_hosted
  identity = {
    project     = "my-project"
    endpoint_id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
  }
}
