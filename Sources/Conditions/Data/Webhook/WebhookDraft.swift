import Kernel
import Web

extension Webhook {
  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package let name: String
    package let address: String
    package let kinds: [String]

    /// - Throws: `Problem` naming the field that is wrong.
    package init(name: String, address: String, kinds: [String], outlets: Outlets) throws {
      self.name = try Text.line(name, field: "name", limit: 120)
      let target = try OutboundAddress(try Text.line(address, field: "address", limit: 2_000))
      try outlets.check(target)
      self.address = target.description
      let asked = kinds.flatMap { text in
        text.utf8.split { $0 == UInt8(ascii: ",") || $0 == 32 || $0 == 10 }.map { String(decoding: $0, as: UTF8.self) }
      }
      guard !asked.isEmpty else {
        throw Problem(.invalid, field: "kinds", "It would be told of nothing.", mend: "Choose what it is told of.")
      }
      guard asked.count <= 60 else {
        throw Problem(.invalid, field: "kinds", "There are more than 60 kinds.", mend: "Use customer.* or *.")
      }
      for kind in asked where !Draft.isKind(kind) {
        throw Problem(
          .invalid, field: "kinds", "“\(kind.prefix(60))” is no kind of event.",
          mend: "Use kinds such as customer.created, customer.* for all of a noun, or *.")
      }
      var seen: Set<String> = []
      self.kinds = asked.filter { seen.insert($0).inserted }
    }

    /// The nouns whose events can be asked for.
    package static let nouns = Actor.Noun.allCases.filter { $0 != .webhook }

    private static func isKind(_ text: String) -> Bool {
      if text == "*" { return true }
      let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard parts.count == 2, let noun = parts.first, let verb = parts.last else { return false }
      // Events of the portfolio are announced under the name of the stage.
      let isNoun = nouns.contains { $0.rawValue.utf8.elementsEqual(noun) } || noun.elementsEqual("portfolio".utf8)
      return isNoun
        && (verb.elementsEqual("*".utf8)
          || (1...40).contains(verb.count) && verb.allSatisfy { (97...122).contains($0) })
    }
  }
}
