import {
  to = aiven_external_kafka_endpoint.self_hosted
  id = "my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f"
}
