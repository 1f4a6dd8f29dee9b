import Kernel
import Records
import Store

extension Purchases {
  /// Purchases are kept by customer and day, so what moves gets a new key; its own number stays.
  package static let mergePart = MergePart(
    "purchase", of: .customer, tables: ["purchase", "purchase_line"],
    count: { record, tx in
      let count = try tx.value("SELECT count(*) FROM purchase WHERE customer_id = \(record)", as: Int.self) ?? 0
      return [(count == 1 ? "purchase" : "purchases", count)]
    },
    move: { from, to, tx in
      let ids: [Int64] = try tx.rows("SELECT id FROM purchase WHERE customer_id = \(from) ORDER BY id") { try $0(0) }
      try tx.run("UPDATE purchase SET customer_id = \(to) WHERE customer_id = \(from)")
      try tx.run("UPDATE purchase_line SET customer_id = \(to) WHERE customer_id = \(from)")
      return ids
    },
    undo: { (ids: [Int64], from: Int64, to: Int64, tx: Transaction) in
      var back = 0
      for some in ids.chunks(of: 400) {
        back += try tx.run(
          "UPDATE purchase SET customer_id = \(from) WHERE customer_id = \(to) AND id IN (\(list: some))")
        try tx.run(
          "UPDATE purchase_line SET customer_id = \(from) WHERE customer_id = \(to) AND purchase_id IN (\(list: some))")
      }
      guard back == ids.count else { throw MergePart.gone(ids.count - back, "purchases") }
    })
}
