import Foundation
import Kernel
import Records
import Store
import Web

// What a file is made of: the records meant, and the fields that go out.
extension Exports {
  /// The records meant and the fields that go out, for one person. Without the right to export the noun, or with a field
  /// they may not read, there is none.
  func reading(
    _ catalogue: Catalogue, _ question: String, _ format: Export.Format, for actor: Actor, in tx: Transaction,
    _ setting: ListSetting
  ) throws -> RecordReading {
    let whole = try lists.whole(catalogue, in: tx)
    var asked = try RecordQuestion(query: Fields(Exports.parameters(question)))
    if format == .vcf {
      guard CardFields.nouns.contains(catalogue.noun) else {
        throw Problem(
          .invalid, field: "format",
          "\(catalogue.plural.prefix(1).uppercased() + catalogue.plural.dropFirst()) are no addresses.",
          mend: "Take them as CSV, Excel or JSON.")
      }
      guard actor.seesPersonalData else {
        throw Problem(.notAllowed, "You may not see who somebody is.", mend: "Take the list as CSV, Excel or JSON.")
      }
      let readable = Set(whole.fields(for: actor).map(\.name))
      asked.columns = CardFields.names.filter(readable.contains)
    } else if !actor.seesPersonalData, asked.columns.isEmpty {
      // Without names only its number tells a row from the next.
      let readable = Set(whole.fields(for: actor).map(\.name))
      asked.columns = (["number"] + whole.columns).filter(readable.contains)
    }
    return try RecordReading(asked, of: whole, for: actor, in: setting, verb: .export)
  }

  /// The noun a person or program names, alone or many: `customer`, `customers`.
  package func catalogue(named text: String) throws -> Catalogue {
    if let found = catalogues.all.first(where: { $0.plural == text.lowercased() }) { return found }
    return try catalogues.named(text)
  }

  /// The list that is taken where none is named.
  func first(for actor: Actor) -> Catalogue? { catalogues.all.first { actor.may(.export, $0.noun) } }

  package func plural(_ noun: Actor.Noun) -> String { (try? catalogues.of(noun).plural) ?? noun.rawValue }

  /// How many records a file would have.
  func count(_ catalogue: Catalogue, _ question: RecordQuestion, for actor: Actor) async throws -> Int {
    let setting = try await setting()
    let text = question.text
    return try await database.read { tx in
      try reading(catalogue, text, .csv, for: actor, in: tx, setting).total(in: tx)
    }
  }

  /// `?filter=…&columns=…` taken apart.
  static func parameters(_ question: String) -> [(String, String)] {
    let text = question.utf8.first == UInt8(ascii: "?") ? String(question.dropFirst()) : question
    return URLComponents(string: "?" + text)?.queryItems?.map { ($0.name, $0.value ?? "") } ?? []
  }
}
