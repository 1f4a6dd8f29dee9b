import Foundation
import Kernel

/// The public purchase logs that the golden numbers rest on. A missing file throws, and so fails the test.
enum RealPurchases {
  /// One row of a log: whose it is, when, and for how much in cents.
  struct Row {
    let customer: String
    let day: Day
    let cents: Int64
  }

  /// The folder named by VALUECHAIN_DATA, else `.cache/data` under the package.
  static func file(_ name: String) throws -> Data {
    if let folder = ProcessInfo.processInfo.environment["VALUECHAIN_DATA"] {
      return try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name))
    }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder = folder.deletingLastPathComponent()
    }
    return try Data(contentsOf: folder.appendingPathComponent(".cache/data").appendingPathComponent(name))
  }

  /// All 23,570 customers of the record shop, 1997-01-01 to 1998-06-30.
  static func recordShop() throws -> [Row] { try cdnow("CDNOW_master.txt", customer: 0, day: 1, amount: 3) }

  /// The tenth of them, 2,357 customers.
  static func recordShopSample() throws -> [Row] { try cdnow("CDNOW_sample.txt", customer: 0, day: 2, amount: 4) }

  private static func cdnow(_ name: String, customer: Int, day: Int, amount: Int) throws -> [Row] {
    let text = String(decoding: try file(name), as: UTF8.self)
    return try text.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > amount, let date = Int(fields[day]) else {
        // The master's first line is a header.
        guard line.contains("customer_id") else { throw Problem(.invalid, field: name, String(line)) }
        return nil
      }
      guard let day = Day(year: date / 10_000, month: date / 100 % 100, day: date % 100),
        let dollars = Double(fields[amount])
      else { throw Problem(.invalid, field: name, String(line)) }
      return Row(customer: String(fields[customer]), day: day, cents: Int64((dollars * 100).rounded()))
    }
  }

  /// The sum of the cents of each customer, in no particular order.
  static func totals(_ rows: [Row]) -> [Int64] {
    Array(Dictionary(rows.map { ($0.customer, $0.cents) }, uniquingKeysWith: +).values)
  }
}

/// One line of the grocery chain's log.
struct GroceryLine {
  let household: Int
  let basket: Int
  let product: Int
  let cents: Int64
  let week: Int

  /// All 1,469,307 lines; read once for all tests.
  static func all() throws -> [GroceryLine] { try cached.get() }

  private static let cached = Result { try read() }

  /// Reads the bytes once, without splitting them into fields: the file has a hundred million.
  private static func read() throws -> [GroceryLine] {
    let bytes = [UInt8](try RealPurchases.file("grocery/transactions.csv"))
    var lines: [GroceryLine] = []
    lines.reserveCapacity(1_470_000)
    var fields = [Double](repeating: 0, count: 12)
    var (field, number, decimals, isTiny) = (0, 0.0, 0.0, false)
    let start = (bytes.firstIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    for byte in bytes[start...] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        number = number * 10 + Double(byte - 48)
        decimals *= 10
      case UInt8(ascii: "."):
        decimals = 1
      case UInt8(ascii: "e"):
        // A few amounts are left-overs of binary subtraction, such as 1.776357e-15; all have a negative exponent.
        isTiny = true
      case UInt8(ascii: ","), UInt8(ascii: "\n"):
        fields[min(field, 11)] = isTiny ? 0 : decimals > 0 ? number / decimals : number
        (field, number, decimals, isTiny) = (field + 1, 0, 0, false)
        guard byte == UInt8(ascii: "\n") else { break }
        guard field == 11 else { throw Problem(.invalid, field: "transactions.csv", "Row \(lines.count + 1)") }
        field = 0
        lines.append(
          GroceryLine(
            household: Int(fields[0]), basket: Int(fields[2]), product: Int(fields[3]),
            cents: Int64((fields[5] * 100).rounded()), week: Int(fields[9])))
      default:
        break
      }
    }
    return lines
  }
}
