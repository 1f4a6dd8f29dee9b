import Foundation

/// Work over fixed slices on all cores, with results that do not depend on how many cores there are.
enum Parallel {
  /// Rows handed to a core at a time. Fixed, so that partial sums are always formed over the same rows.
  static let slice = 16_384

  /// What `body` returns for each index in 0..<count, in order.
  static func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    guard count > 1 else { return count == 1 ? [body(0)] : [] }
    return [Result](unsafeUninitializedCapacity: count) { buffer, initialised in
      let slots = Slots(base: buffer.baseAddress)
      DispatchQueue.concurrentPerform(iterations: count) { index in
        slots.base?.advanced(by: index).initialize(to: body(index))
      }
      initialised = count
    }
  }

  /// What `body` returns for each slice of 0..<count, in order.
  static func slices<Result: Sendable>(
    of count: Int, size: Int = slice, _ body: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    map((count + size - 1) / size) { index in
      body(index * size..<min(count, (index + 1) * size))
    }
  }

  /// Fills an array of `count` numbers; `body` writes the elements of its slice and no others.
  static func fill<Element: Sendable>(
    _ count: Int, with initial: Element, size: Int = slice,
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Element>) -> Void
  ) -> [Element] {
    guard count > 0 else { return [] }
    var result = [Element](repeating: initial, count: count)
    result.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let slots = Slots(base: base)
      DispatchQueue.concurrentPerform(iterations: (count + size - 1) / size) { index in
        guard let base = slots.base else { return }
        body(index * size..<min(count, (index + 1) * size), base)
      }
    }
    return result
  }

  /// A pointer that slices write through; they never overlap.
  private struct Slots<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>?
  }
}

extension Array where Element: Sendable {
  /// The elements of one array of each part, in order, in one array.
  func gathered<Inner>(_ inner: (Element) -> [Inner]) -> [Inner] {
    var result: [Inner] = []
    result.reserveCapacity(reduce(0) { $0 + inner($1).count })
    for part in self { result.append(contentsOf: inner(part)) }
    return result
  }
}
