import Kernel

/// A list that goes out as a file: who asked, for what, in which form, and what became of the file.
package struct Export: Sendable, Equatable {
  package enum Format: String, Sendable, Codable, CaseIterable {
    case csv, xlsx, json, vcf

    package var word: String {
      switch self {
      case .csv: "CSV"
      case .xlsx: "Excel workbook"
      case .json: "JSON"
      case .vcf: "vCard"
      }
    }

    package var hint: String {
      switch self {
      case .csv: "Opens everywhere. Texts that a spreadsheet would run as formulas are made harmless."
      case .xlsx: "Dates are dates and amounts are numbers; up to 1,048,575 rows."
      case .json: "For programs: an array of objects, one a line."
      case .vcf: "For address books: names, e-mail addresses and telephone numbers."
      }
    }

    package var type: String {
      switch self {
      case .csv: "text/csv; charset=utf-8"
      case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
      case .json: "application/json"
      case .vcf: "text/vcard; charset=utf-8"
      }
    }

    package init(named text: String) throws {
      guard let format = Format(rawValue: text) else {
        throw Problem(
          .invalid, field: "format", "“\(text.prefix(20))” is no form a file can have.",
          mend: "Use \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self = format
    }
  }

  /// How a CSV file is written.
  package struct Settings: Sendable, Equatable, Codable {
    /// A byte order mark, which makes Excel take the file for UTF-8.
    package var hasMark = false
    /// A comma before the decimals and semicolons between cells.
    package var hasComma = false

    package init(hasMark: Bool = false, hasComma: Bool = false) {
      self.hasMark = hasMark
      self.hasComma = hasComma
    }
  }

  package enum State: String, Sendable, Codable {
    case waiting, running, ready, failed, cancelled, expired
  }

  /// A file that is whole.
  package struct File: Sendable, Equatable {
    package let name: String
    package let rows: Int
    package let size: Int64
    package let at: Instant
    package let expiresAt: Instant
  }

  /// How long a file is kept, and how many one person may ask for within an hour.
  package static let days = 7
  package static let mostAnHour = 10

  package let id: ID<Export>
  package let noun: Actor.Noun
  /// The list it is made of: filter, words, columns and order, as in an address.
  package let question: String
  /// The list in words.
  package let words: String
  package let format: Format
  package let settings: Settings
  /// Whether its columns say who somebody is.
  package let isPersonal: Bool
  package let job: Int64?
  package let actor: Int64?
  package let by: String
  package let createdAt: Instant
  package let file: File?
  package let state: State
  package let problem: String?
  package let downloads: Int
  package let lastDownload: Instant?
}

extension Export: Encodable {
  enum Key: String, CodingKey {
    case id, noun, question, words, format, state, problem, job, by, createdAt, rows, size, expiresAt, downloads
    case lastDownload
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(noun.rawValue, forKey: .noun)
    try container.encode(question, forKey: .question)
    try container.encode(words, forKey: .words)
    try container.encode(format, forKey: .format)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(problem, forKey: .problem)
    try container.encodeIfPresent(job, forKey: .job)
    try container.encode(by, forKey: .by)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encodeIfPresent(file?.rows, forKey: .rows)
    try container.encodeIfPresent(file?.size, forKey: .size)
    try container.encodeIfPresent(file?.expiresAt, forKey: .expiresAt)
    try container.encode(downloads, forKey: .downloads)
    try container.encodeIfPresent(lastDownload, forKey: .lastDownload)
  }
}
