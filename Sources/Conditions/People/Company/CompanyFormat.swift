import Foundation
import Kernel
import Web

extension Company {
  /// How pages and reports write for this company.
  package var format: Format {
    let order = Format.DateOrder(rawValue: dateOrder) ?? .dayMonthYear
    let made = try? Format(
      decimal: decimalMark, grouping: decimalMark == "," ? "." : ",", dateOrder: order, currency: currency, zone: zone,
      language: language)
    return made ?? Format.standard.with(currency)
  }

  /// What a form or program may set.
  package init(fields: Fields, version: Int64) throws {
    name = try Text.line(try fields.required("name"), field: "name", limit: 120)
    currency = try Currency(try fields.required("currency"))
    timeZone = try fields.required("timeZone")
    guard TimeZone.knownTimeZoneIdentifiers.contains(timeZone) || timeZone == "UTC" else {
      throw Problem(
        .invalid, field: "timeZone", "“\(timeZone)” is not a time zone.", mend: "Use a name such as Europe/Berlin.")
    }
    firstWeekday = Int(try fields.integer("firstWeekday", in: 1...7) ?? 1)
    language =
      try fields["language"].map { _ in try Company.choice(fields, "language", Language.offered.map(\.0)) } ?? "en"
    decimalMark = try Company.choice(fields, "decimalMark", [".", ","])
    dateOrder = try Company.choice(fields, "dateOrder", Format.DateOrder.allCases.map(\.rawValue))
    note = try Text.block(fields["note"] ?? "", field: "note", limit: 2_000)
    self.version = version
  }

  private static func choice(_ fields: Fields, _ name: String, _ choices: [String]) throws -> String {
    let value = try fields.required(name)
    guard choices.contains(value) else {
      throw Problem(
        .invalid, field: name, "“\(value)” is not among the choices.",
        mend: "Choose \(choices.joined(separator: " or ")).")
    }
    return value
  }
}
