import Analytics
import Foundation
import Kernel
import Testing

/// The public data sets that the golden numbers are about, read from the folder that setup fills.
enum Samples {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// VALUECHAIN_DATA, or else `.cache/data` beside the package's manifest.
  static func url(_ name: String) throws -> URL {
    let folder: URL
    if let given = ProcessInfo.processInfo.environment["VALUECHAIN_DATA"] {
      folder = URL(fileURLWithPath: given)
    } else {
      folder = try packageRoot().appending(path: ".cache/data")
    }
    let file = folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw Missing(description: "\(name) is missing from \(folder.path); run bin/setup.")
    }
    return file
  }

  private static func packageRoot() throws -> URL {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) { return folder }
      folder = folder.deletingLastPathComponent()
    }
    throw Missing(description: "There is no Package.swift above the tests.")
  }

  /// The log of all 23,570 customers of CDNOW.
  static func cdnowFull() throws -> PurchaseLog {
    try log("CDNOW_master.txt", skipping: 1, id: 0, date: 1, amount: 3)
  }

  /// The log of every tenth customer, 2,357 of them, numbered in the order of the file.
  static func cdnowTenth() throws -> PurchaseLog {
    try log("CDNOW_sample.txt", skipping: 0, id: 1, date: 2, amount: 4)
  }

  /// The tenth at the end of its calibration, with the 39 weeks that follow.
  static func cdnowTenthBase() throws -> CustomerBase {
    try cdnowTenth().base(until: day("1997-09-30"), holdout: day("1998-06-30"))
  }

  static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private static func log(_ name: String, skipping: Int, id: Int, date: Int, amount: Int) throws -> PurchaseLog {
    let text = try String(contentsOf: url(name), encoding: .utf8)
    var numbers: [Substring: Int32] = [:]
    var (customers, days, amounts): ([Int32], [Day], [Int64]) = ([], [], [])
    for line in text.split(whereSeparator: \.isNewline).dropFirst(skipping) {
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count > amount else { continue }
      let number = numbers[fields[id]] ?? Int32(numbers.count)
      numbers[fields[id]] = number
      let ymd = try #require(Int(fields[date]))
      customers.append(number)
      days.append(try #require(Day(year: ymd / 10_000, month: ymd / 100 % 100, day: ymd % 100)))
      amounts.append(Int64((try #require(Double(fields[amount])) * 100).rounded()))
    }
    return try PurchaseLog(customers: customers, days: days, amounts: amounts)
  }

  /// The 22 weighted cells of the donations, as (frequency, recency, periods, weight).
  static func donations() throws -> [[Double]] {
    let text = try String(contentsOf: url("donations.csv"), encoding: .utf8)
    return try text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      try line.split(separator: ",").map { try #require(Double($0)) }
    }
  }

  /// The log of the grocery chain (Complete Journey): 2,469 households in 2017, one order per household and day.
  static func grocery() throws -> PurchaseLog {
    let bytes = try [UInt8](Data(contentsOf: url("grocery/transactions.csv"), options: .mappedIfSafe))
    var (customers, days, amounts): ([Int32], [Day], [Int64]) = ([], [], [])
    var start = (bytes.firstIndex(of: 10) ?? 0) + 1
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      var commas: [Int] = []
      for index in start..<end where bytes[index] == 44 { commas.append(index) }
      if commas.count >= 10 {
        let id = String(decoding: bytes[start..<commas[0]], as: UTF8.self)
        let amount = String(decoding: bytes[(commas[4] + 1)..<commas[5]], as: UTF8.self)
        let date = String(decoding: bytes[(commas[9] + 1)..<min(end, commas[9] + 11)], as: UTF8.self)
        customers.append(try #require(Int32(id)))
        amounts.append(Int64((try #require(Double(amount)) * 100).rounded()))
        days.append(try day(date))
      }
      start = end + 1
    }
    return try PurchaseLog(customers: customers, days: days, amounts: amounts)
  }
}
