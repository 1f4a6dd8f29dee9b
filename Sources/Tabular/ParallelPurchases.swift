import Dispatch
import Kernel

/// Reads a file of purchases with several threads, each taking the records that begin in its part of the bytes.
///
/// A part begins at the first line end within it, which is wrong when that line end is inside a quoted cell. So after
/// reading, each part must begin exactly where the one before it ended; if one does not, or any part met something out of
/// the ordinary, there is no result and the file is read in order. The customers of the parts are then numbered anew in
/// the order of the file, which makes the result the same for any number of threads.
struct ParallelPurchases: Sendable {
  private let plan: PurchasePlan
  private let source: ByteSource
  private let stretches: [PurchaseStretch]
  private let ranges: [Range<Int>]
  /// Files below this size are read by one thread.
  private static let least = 1 << 16

  init(_ plan: PurchasePlan, source: ByteSource, threads: Int) {
    self.plan = plan
    self.source = source
    let bytes = max(0, plan.size - plan.start)
    let parts = bytes < ParallelPurchases.least ? 1 : min(max(1, threads), 64)
    let share = bytes / parts + 1
    ranges = (0..<parts).map { part in
      let begin = min(plan.size, plan.start + part * share)
      return begin..<max(begin, min(plan.size, begin + share))
    }
    stretches = ranges.map { PurchaseStretch(plan, isFirst: $0.lowerBound == plan.start, share: $0.count) }
  }

  /// The log; nil when the file must be read in order.
  func log() -> PurchaseLog? {
    inParallel { part in stretches[part].read(source, ranges[part]) }
    guard hold() else { return nil }
    let names = stretches[0].names
    for stretch in stretches.dropFirst() { stretch.renumber(by: names.numbers(of: stretch.names)) }
    return arranged(names)
  }

  private func inParallel(_ work: @Sendable (Int) -> Void) {
    DispatchQueue.concurrentPerform(iterations: stretches.count, execute: work)
  }

  /// Whether the parts join without gap or overlap.
  private func hold() -> Bool {
    guard stretches.allSatisfy({ !$0.hasFailed }), stretches.reduce(0, { $0 + $1.count }) < PurchaseLog.limit else {
      return false
    }
    return zip(stretches, stretches.dropFirst()).allSatisfy { $0.end == $1.first }
  }

  /// Counts the purchases of each customer in each part, then puts every part's in their places.
  private func arranged(_ names: NameTable) -> PurchaseLog {
    let customers = names.count
    inParallel { part in stretches[part].countByCustomer(customers) }
    var starts = [Int32](repeating: 0, count: customers + 1)
    var next: Int32 = 0
    for customer in 0..<customers {
      starts[customer] = next
      for stretch in stretches { next = stretch.claimPlaces(of: customer, from: next) }
    }
    starts[customers] = next
    var minor: [Int64] = []
    let days = [Int32](unsafeUninitializedCapacity: Int(next)) { days, dayCount in
      minor = [Int64](unsafeUninitializedCapacity: Int(next)) { minor, minorCount in
        let columns = PurchaseColumns(days: days, minor: minor)
        inParallel { part in stretches[part].place(columns) }
        inParallel { [starts] part in sort(columns, starts, part) }
        minorCount = Int(next)
      }
      dayCount = Int(next)
    }
    return PurchaseLog(
      currency: plan.currency, starts: starts, days: days, minor: minor, nameBytes: names.bytes,
      nameOffsets: names.offsets)
  }

  private func sort(_ columns: PurchaseColumns, _ starts: [Int32], _ part: Int) {
    let customers = starts.count - 1
    let share = customers / stretches.count + 1
    let first = min(customers, part * share)
    for customer in first..<min(customers, first + share) {
      DayOrder.sort(columns.days, columns.minor, Int(starts[customer])..<Int(starts[customer + 1]))
    }
  }
}

/// The columns of a log while they are filled; no two threads write to one place.
struct PurchaseColumns: @unchecked Sendable {
  let days: UnsafeMutableBufferPointer<Int32>
  let minor: UnsafeMutableBufferPointer<Int64>
}
