import Kernel
import Store

// Whole lists, a stretch at a time, in their order: what goes out as a file.
extension RecordReading {
  package func total(in tx: Transaction) throws -> Int { try count(in: tx) }

  /// The next records after a place, and the place to go on after; nil when there are no more.
  package func stretch(
    after place: String?, limit: Int, in tx: Transaction
  ) throws -> (rows: [RecordRow], place: String?) {
    let found = try rows(backwards: false, place: place.map(Place.init(text:)), limit: limit, in: tx)
    return (found.map(\.row), found.count < limit ? nil : found.last?.place.text)
  }
}

extension RecordLists {
  /// A noun with the fields the company added to it.
  package func whole(_ catalogue: Catalogue, in tx: Transaction) throws -> Catalogue {
    try customFields.whole(catalogue, in: tx)
  }
}
