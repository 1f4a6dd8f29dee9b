import Kernel

/// A filter as the builder in the page takes it apart: groups of parts, conditions with their values.
struct FilterTree: Encodable {
  let field: String?
  let comparison: String?
  let values: [String]?
  let any: Bool?
  let not: Bool?
  let parts: [FilterTree]?

  init(_ filter: Filter) {
    switch filter {
    case .condition(let condition): self.init(condition)
    case .all(let filters): self.init(filters, any: false, not: false)
    case .any(let filters): self.init(filters, any: true, not: false)
    case .not(.any(let filters)): self.init(filters, any: true, not: true)
    case .not(.all(let filters)): self.init(filters, any: false, not: true)
    case .not(let filter): self.init([filter], any: false, not: true)
    }
  }

  private init(_ condition: Filter.Condition) {
    field = condition.field
    comparison = condition.comparison.rawValue
    values = condition.values
    any = nil
    not = nil
    parts = nil
  }

  private init(_ filters: [Filter], any: Bool, not: Bool) {
    field = nil
    comparison = nil
    values = nil
    self.any = any
    self.not = not
    parts = filters.map { FilterTree($0) }
  }
}
