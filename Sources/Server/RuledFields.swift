import Kernel

extension Modules {
  /// The fields that a role can hide or make read-only, with their words: what the page of a role offers.
  @Sendable func ruledFields(_ actor: Actor) async throws -> [(field: Actor.FieldName, word: String)] {
    let customer = [
      ("name", "Name"), ("kind", "Kind"), ("email", "E-mail"), ("parent", "Stands under"), ("owner", "Owner"),
      ("team", "Team"), ("traits", "Traits"), ("keys", "Numbers elsewhere"),
    ]
    return customer.map { (field: Actor.FieldName(.customer, $0.0), word: $0.1) }
  }
}
