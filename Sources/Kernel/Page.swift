/// One page of a list that is read by key, so the last page costs as much as the first.
public struct Page<Element: Sendable>: Sendable {
  public let rows: [Element]
  /// Where the next page begins; nil on the last one.
  public let next: String?

  public init(rows: [Element], next: String?) {
    self.rows = rows
    self.next = next
  }

  /// Cuts a page of `size` out of rows fetched one over, and makes the cursor of the last row kept.
  public init(overfetched rows: [Element], size: Int, cursor: (Element) -> String) {
    let kept = Array(rows.prefix(max(0, size)))
    self.init(rows: kept, next: rows.count > kept.count ? kept.last.map(cursor) : nil)
  }

  public func map<T: Sendable>(_ transform: (Element) throws -> T) rethrows -> Page<T> {
    Page<T>(rows: try rows.map(transform), next: next)
  }
}
