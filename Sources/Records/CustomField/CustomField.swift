import Foundation
import Kernel

/// A field the company made for one of its nouns: kept by record, or computed by a formula.
package struct CustomField: Sendable, Equatable, Codable {
  /// What it holds; the raw value is the word programs use.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case text, number, money, day, choice, choices, flag, reference, formula

    /// The word on screen.
    package var word: String {
      switch self {
      case .text: "Text"
      case .number: "Number"
      case .money: "Money"
      case .day: "Day"
      case .choice: "One of several choices"
      case .choices: "Several choices"
      case .flag: "Yes or no"
      case .reference: "Another record"
      case .formula: "Formula"
      }
    }
  }

  package let id: ID<CustomField>
  package let noun: String
  /// What programs and formulas call it: `x_` and letters, digits or `_`; it stays when the label changes.
  package let name: String
  package let label: String
  package let kind: Kind
  package let choices: [String]
  /// The noun a reference points at.
  package let target: String
  /// The formula, as it was typed.
  package let formula: String
  package let isPersonal: Bool
  package let isRequired: Bool
  package let version: Int64

  /// What a person or program may set.
  package struct Draft: Sendable {
    package var label: String
    package var kind: Kind
    package var choices: [String]
    package var target: String
    package var formula: String
    package var isPersonal: Bool
    package var isRequired: Bool

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      label: String, kind: String, choices: String = "", target: String = "", formula: String = "",
      isPersonal: Bool = false, isRequired: Bool = false
    ) throws {
      self.label = try Text.line(label, field: "label", limit: 80)
      guard let known = Kind(rawValue: kind) else {
        throw Problem(
          .invalid, field: "kind", "“\(kind.prefix(40))” is no kind of field.",
          mend: "Choose one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.kind = known
      self.choices = try Draft.choices(choices, known)
      self.target = target
      self.formula = try Text.line(formula, field: "formula", limit: 1_000, required: known == .formula)
      self.isPersonal = isPersonal
      self.isRequired = isRequired && known != .formula
    }

    private static func choices(_ text: String, _ kind: Kind) throws -> [String] {
      guard kind == .choice || kind == .choices else { return [] }
      let block = try Text.block(text, field: "choices")
      var all: [String] = []
      for line in FieldValue.split(block) {
        let choice = try Text.line(line, field: "choices", limit: 80, required: false)
        if !choice.isEmpty && !all.contains(choice) { all.append(choice) }
      }
      guard (2...200).contains(all.count) else {
        throw Problem(.invalid, field: "choices", "There are not 2 to 200 choices.", mend: "Write one on each line.")
      }
      return all
    }
  }
}

extension CustomField {
  /// The name made of a label: `x_` and its letters and digits, folded.
  static func name(for label: String) -> String {
    var bytes: [UInt8] = Array("x_".utf8)
    for byte in Text.folded(label).utf8.prefix(40) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
      default: if bytes.last != UInt8(ascii: "_") { bytes.append(UInt8(ascii: "_")) }
      }
    }
    while bytes.count > 2, bytes.last == UInt8(ascii: "_") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
