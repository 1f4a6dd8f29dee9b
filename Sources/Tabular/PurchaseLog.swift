import Kernel

/// Every purchase of a file, customer by customer: what the models of customer value start from.
package struct PurchaseLog: Sendable, Equatable {
  package let currency: Currency
  /// Where the purchases of each customer begin, and behind the last one.
  package let starts: [Int32]
  /// The day of each purchase, as a count from 1970-01-01; within a customer in ascending order.
  package let days: [Int32]
  /// The amount of each purchase in minor units; purchases of one day in the order of the file.
  package let minor: [Int64]
  /// The names of the customers one behind the other, in UTF-8.
  private let nameBytes: [UInt8]
  private let nameOffsets: [Int]

  init(
    currency: Currency, starts: [Int32], days: [Int32], minor: [Int64], nameBytes: [UInt8], nameOffsets: [Int]
  ) {
    self.currency = currency
    self.starts = starts
    self.days = days
    self.minor = minor
    self.nameBytes = nameBytes
    self.nameOffsets = nameOffsets
  }

  /// How many customers there are; they are numbered in the order the file first names them.
  package var customerCount: Int { max(0, starts.count - 1) }
  package var purchaseCount: Int { days.count }

  /// The purchases of a customer, as places in `days` and `minor`; empty when there is no such customer.
  package func purchases(of customer: Int) -> Range<Int> {
    guard customer >= 0, customer < customerCount else { return 0..<0 }
    return Int(starts[customer])..<Int(starts[customer + 1])
  }

  /// The name the file gives a customer; empty when there is no such customer.
  package func name(of customer: Int) -> String {
    guard customer >= 0, customer < customerCount else { return "" }
    return String(decoding: nameBytes[nameOffsets[customer]..<nameOffsets[customer + 1]], as: UTF8.self)
  }

  /// The customer of each purchase.
  package var customers: [Int32] {
    var customers: [Int32] = []
    customers.reserveCapacity(purchaseCount)
    for customer in 0..<customerCount {
      customers.append(contentsOf: repeatElement(Int32(customer), count: purchases(of: customer).count))
    }
    return customers
  }

  /// The days of the first and the last purchase; nil when there is none.
  package var span: (first: Day, last: Day)? {
    guard let first = days.min(), let last = days.max() else { return nil }
    return (Day(first), Day(last))
  }
}

/// How a purchase log is read.
package struct PurchaseLogOptions: Sendable {
  /// Everything about the file; the columns of customer, time and amount are required.
  package var table: TableOptions
  /// How many threads work at once; the result does not depend on it.
  package var threads: Int

  package init(_ table: TableOptions, threads: Int) {
    self.table = table
    self.threads = max(1, threads)
  }
}

extension PurchaseLog {
  /// The most purchases a log can hold.
  static let limit = Int(Int32.max) - 1

  /// Reads a file of purchases.
  /// - Throws: `Problem` when the file cannot be understood, and for the first row that cannot be read, with its line and
  ///   column: a model is never fitted to part of a file.
  package static func read(_ source: ByteSource, options: PurchaseLogOptions) throws -> PurchaseLog {
    var table = options.table
    table.required = [.customer, .time, .amount]
    let opened = try Table(source, options: table)
    if let plan = try PurchasePlan(opened, source: source),
      let log = ParallelPurchases(plan, source: source, threads: options.threads).log()
    {
      return log
    }
    return try readInOrder(opened)
  }

  /// Reads row after row; the way that takes every file and names every fault.
  static func readInOrder(_ table: Table) throws -> PurchaseLog {
    let names = NameTable()
    var customers: [Int32] = []
    var days: [Int32] = []
    var minor: [Int64] = []
    loop: while true {
      switch try table.next() {
      case .end: break loop
      case .refused(let refusal): throw refusal.problem()
      case .record: break
      }
      do {
        guard let name = table.cell(.customer), !name.isEmpty else {
          throw table.refusal(.missing, .customer, "It is empty.")
        }
        guard let moment = try table.moment(.time) else { throw table.refusal(.missing, .time, "It is empty.") }
        guard let amount = try table.money(.amount) else { throw table.refusal(.missing, .amount, "It is empty.") }
        let plain = FormulaGuard.isGuarded(name) ? name.dropFirst(1) : name
        customers.append(names.number(plain.start, plain.count))
        days.append(moment.day.number)
        minor.append(amount)
      } catch let refusal as Refusal {
        throw refusal.problem()
      }
      guard days.count < limit else { throw tooMany }
    }
    return arranged(customers, days, minor, names: names, currency: table.options.currency)
  }

  static var tooMany: Problem {
    Problem(.tooLarge, "The file has more than \(limit) purchases.", mend: "Split it by customer.")
  }

  /// Puts purchases in the order of customers by a counting sort, and each customer's in the order of days.
  private static func arranged(
    _ customers: [Int32], _ days: [Int32], _ minor: [Int64], names: NameTable, currency: Currency
  ) -> PurchaseLog {
    var starts = [Int32](repeating: 0, count: names.count + 1)
    for customer in customers { starts[Int(customer) + 1] += 1 }
    for index in 0..<names.count { starts[index + 1] += starts[index] }
    var places = starts
    var sortedDays = [Int32](repeating: 0, count: days.count)
    var sortedMinor = [Int64](repeating: 0, count: days.count)
    for (index, customer) in customers.enumerated() {
      let place = Int(places[Int(customer)])
      places[Int(customer)] += 1
      sortedDays[place] = days[index]
      sortedMinor[place] = minor[index]
    }
    sortedDays.withUnsafeMutableBufferPointer { days in
      sortedMinor.withUnsafeMutableBufferPointer { minor in
        for index in 0..<names.count { DayOrder.sort(days, minor, Int(starts[index])..<Int(starts[index + 1])) }
      }
    }
    return PurchaseLog(
      currency: currency, starts: starts, days: sortedDays, minor: sortedMinor, nameBytes: names.bytes,
      nameOffsets: names.offsets)
  }
}

/// Sorts one customer's purchases by day, keeping the order of the file within a day.
enum DayOrder {
  static func sort(
    _ days: UnsafeMutableBufferPointer<Int32>, _ minor: UnsafeMutableBufferPointer<Int64>, _ range: Range<Int>
  ) {
    guard range.count > 64 else { return insertion(days, minor, range) }
    guard !ascending(days, range) else { return }
    let order = range.sorted { (days[$0], $0) < (days[$1], $1) }
    let copies = (order.map { days[$0] }, order.map { minor[$0] })
    for (offset, index) in range.enumerated() {
      days[index] = copies.0[offset]
      minor[index] = copies.1[offset]
    }
  }

  private static func ascending(_ days: UnsafeMutableBufferPointer<Int32>, _ range: Range<Int>) -> Bool {
    range.dropFirst().allSatisfy { days[$0 - 1] <= days[$0] }
  }

  @inline(__always) private static func insertion(
    _ days: UnsafeMutableBufferPointer<Int32>, _ minor: UnsafeMutableBufferPointer<Int64>, _ range: Range<Int>
  ) {
    var index = range.lowerBound &+ 1
    while index < range.upperBound {
      let (day, amount) = (days[index], minor[index])
      var place = index
      while place > range.lowerBound, days[place &- 1] > day {
        days[place] = days[place &- 1]
        minor[place] = minor[place &- 1]
        place &-= 1
      }
      days[place] = day
      minor[place] = amount
      index &+= 1
    }
  }
}
