import Kernel
import Web

extension Decision {
  /// What a person or program decides.
  package struct Draft: Sendable {
    let title: String
    let options: [Option]
    let choice: String
    let reason: String
    let owner: ID<User>?
    let dueDay: Day?
    let reviewDay: Day
    let expected: Double?
    let costMinor: Int64?

    /// - Throws: `Problem` naming the field that is wrong.
    package init(_ fields: Fields, figure: Figure, format: Format, today: Day) throws {
      title = try Text.line(fields["title"] ?? "", field: "title", limit: 200)
      options = try fields.values(of: "option").compactMap { text in
        let name = try Text.line(text, field: "option", limit: 300, required: false)
        return name.isEmpty ? nil : Option(name: name)
      }
      choice = try Text.line(fields["choice"] ?? "", field: "choice", limit: 300)
      reason = try Text.block(fields["reason"] ?? "", field: "reason", limit: 4_000)
      guard !reason.isEmpty else {
        throw Problem(
          .invalid, field: "reason", "A decision needs its reason.", mend: "Write why, in a sentence.")
      }
      owner = try fields["owner"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
        guard let id = ID<User>(text: text) else {
          throw Problem(.invalid, field: "owner", "There is no such user.", mend: "Choose one of the list.")
        }
        return id
      }
      dueDay = try fields.day("due")
      guard let review = try fields.day("review") else {
        throw Problem(.invalid, field: "review", "The day of the review is missing.", mend: "Choose a day.")
      }
      guard review > today else {
        throw Problem(.invalid, field: "review", "The review lies in the past.", mend: "Choose a later day.")
      }
      reviewDay = review
      expected = try Draft.number(fields["expected"], field: "expected", unit: figure.unit, format: format)
      costMinor = try Draft.number(fields["cost"], field: "cost", unit: .ratio, format: format)
        .map { try Money(major: $0, format.currency).minor }
    }

    /// A number as people of the company type it; a share may be typed in percent.
    package static func number(
      _ text: String?, field: String, unit: Figure.Unit, format: Format
    ) throws -> Double? {
      var typed = (text ?? "").trimmingSpaces
      guard !typed.isEmpty else { return nil }
      let isPercent = typed.hasSuffix("%")
      if isPercent { typed = String(typed.dropLast()).trimmingSpaces }
      let plain = typed.replacing(format.grouping.isEmpty ? " " : format.grouping, with: "").replacing(
        format.decimal, with: ".")
      let allowed = plain.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46].contains($0) }
      guard allowed, let value = Double(plain), value.isFinite, abs(value) < 1e15 else {
        throw Problem(
          .invalid, field: field, "“\(typed.prefix(40))” is not a number.",
          mend: "Write it as 1\(format.grouping)234\(format.decimal)5.")
      }
      if unit == .share, !isPercent, abs(value) > 1 {
        throw Problem(
          .invalid, field: field, "A share is at most 1.", mend: "Write it as 45 % or as 0\(format.decimal)45.")
      }
      return isPercent ? value / 100 : value
    }
  }
}

extension String {
  var trimmingSpaces: String {
    String(decoding: utf8.drop { $0 == 32 }.reversed().drop { $0 == 32 }.reversed(), as: UTF8.self)
  }
}
