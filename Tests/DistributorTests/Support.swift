import Distributor
import Foundation
import Kernel
import Testing

/// The rows of one file, read anew from its bytes: nothing of the generator's own values is used.
struct Rows {
  let header: [String]
  let cells: [[String]]
  private let places: [String: Int]

  init(_ csv: String) {
    var rows: [[String]] = []
    var (row, cell): ([String], [UInt8]) = ([], [])
    var isQuoted = false
    func end() {
      row.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
    }
    for byte in csv.utf8 {
      switch byte {
      case 0x22: isQuoted.toggle()
      case 0x2C where !isQuoted: end()
      case 0x0A where !isQuoted:
        end()
        rows.append(row)
        row = []
      default: cell.append(byte)
      }
    }
    header = rows.first ?? []
    cells = Array(rows.dropFirst())
    places = Dictionary(zip(header, header.indices), uniquingKeysWith: { first, _ in first })
  }

  /// The cells of one column.
  func texts(_ name: String) throws -> [String] {
    let place = try #require(places[name], "There is no column \(name).")
    return cells.map { $0[place] }
  }

  /// Numbers of one column; an empty cell is nothing.
  func numbers(_ name: String) throws -> [Double] { try texts(name).map { Double($0) ?? 0 } }

  func days(_ name: String) throws -> [Day] { try texts(name).map { try #require(Day($0), "\($0) is no day.") } }
}

/// A company read back from its files, with its truth.
final class Sample: Sendable {
  let company: DistributorCompany
  private let files: [String: Rows]

  init(seed: UInt64) {
    company = DistributorCompany(seed: seed)
    files = Dictionary(company.files().map { ($0.name, Rows($0.csv)) }, uniquingKeysWith: { first, _ in first })
  }

  func rows(_ name: String) throws -> Rows { try #require(files[name + ".csv"], "There is no file \(name).csv.") }

  var truth: [DistributorTruth.Customer] { company.truth.customers }

  /// The account each customer number belongs to: a site to its organisation.
  func accounts() throws -> [String: String] {
    let rows = try rows("customers")
    let (codes, kinds, parents) = try (rows.texts("customer"), rows.texts("kind"), rows.texts("parent"))
    return Dictionary(
      zip(codes, zip(kinds, parents)).map { ($0, $1.0 == "site" ? $1.1 : $0) }, uniquingKeysWith: { first, _ in first })
  }

  func setting(_ name: String) throws -> Double {
    let rows = try rows("settings")
    let found = zip(try rows.texts("setting"), try rows.texts("value")).first { $0.0 == name }
    return try #require(Double(found?.1 ?? ""), "There is no number \(name).")
  }

  func with(_ kind: SignificantKind) -> Set<String> {
    Set(truth.filter { $0.kinds.contains(kind) }.map(\.customer))
  }

  /// Observations of one kind.
  func observations(_ kind: Observation.Kind) throws -> [Seen] {
    let rows = try rows("observations")
    let columns = try [
      rows.texts("customer"), rows.texts("kind"), rows.texts("date"), rows.texts("other"), rows.texts("amount"),
      rows.texts("score"),
    ]
    return try rows.cells.indices.filter { columns[1][$0] == kind.rawValue }.map { row in
      Seen(
        customer: columns[0][row], day: try #require(Day(columns[2][row])), other: columns[3][row],
        amount: Double(columns[4][row]), score: Double(columns[5][row]))
    }
  }

  struct Seen {
    let customer: String
    let day: Day
    let other: String
    let amount: Double?
    let score: Double?
  }

  /// Made once; most tests look at these.
  static let seeds: [UInt64] = [3, 2_026, 18_446_744_073_709_551_615]
  static let all = seeds.map { Sample(seed: $0) }
}

extension Sample: CustomTestStringConvertible {
  var testDescription: String { "seed \(company.seed)" }
}
