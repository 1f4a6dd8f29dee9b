import Customers
import Kernel
import Store

/// Purchase lines that go into the store together, with the customers and products they name.
struct PurchaseBatch: Sendable {
  let rows: [PurchaseArrival]
  let people: [CustomerArrival]
  let goods: [ProductArrival]

  init(_ spool: Spool, _ groups: [Int]) throws {
    rows = try groups.flatMap { try spool.rows(of: $0, as: PurchaseArrival.self) }
    people = Importing.distinct(rows.map { CustomerArrival(key: $0.customer) }, by: \.key)
    goods = Importing.distinct(rows.compactMap(\.product).map { ProductArrival(key: $0) }, by: \.key)
  }
}

/// What a run knows of its source from the batches before, as long as nobody else changes facts meanwhile: most rows of
/// a file name products that its first rows named, and a source that was empty when the run began holds nothing but
/// what the run wrote.
struct SourceMemory: Sendable {
  /// More names than this are not kept in memory.
  private static let limit = 500_000

  private(set) var products: [String: ID<Product>] = [:]
  private(set) var hadProducts = true
  /// Whether orders of the file can be in the store already.
  private(set) var hadOrders = true
  /// The revision of the facts that the last batch left behind; nil before the first.
  var revision: Int64?
  /// Whether the store is asked about everything.
  var isDistrustful = false

  /// Looks at the source where nothing is remembered of it, and finds or makes the products a batch names.
  func looking(
    at source: ID<Source>, for goods: [ProductArrival], importID: Int64, in tx: Transaction
  ) throws -> SourceMemory {
    var memory = self
    let isCurrent = try revision != nil && products.count < Self.limit && Sources().revision(in: tx) == revision
    if !isCurrent || isDistrustful {
      memory = SourceMemory()
      memory.hadProducts = try isDistrustful || Products.knows(source, in: tx)
      memory.hadOrders = try isDistrustful || Purchases.knowsOrders(of: source, in: tx)
    }
    let unknown = goods.filter { memory.products[$0.key] == nil }
    let (ids, _) = try Products.resolve(
      unknown, source: source, importID: importID, areNew: !memory.hadProducts, in: tx)
    memory.products.merge(ids) { $1 }
    return memory
  }
}
