import Kernel

extension Modules {
  /// The fields that a role can hide or make read-only, with their words: what the page of a role offers.
  @Sendable func ruledFields(_ actor: Actor) async throws -> [(field: Actor.FieldName, word: String)] {
    let all = catalogues.all.flatMap { catalogue in
      catalogue.fields.map { (field: Actor.FieldName(catalogue.noun, $0.name), word: $0.label) }
    }
    let more = [("traits", "Traits"), ("keys", "Numbers elsewhere")]
    return all + more.map { (field: Actor.FieldName(.customer, $0.0), word: $0.1) }
  }
}
