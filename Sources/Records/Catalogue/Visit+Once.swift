import Kernel
import Store
import Web

extension Visit {
  /// What makes the create this visit asks for happen once.
  package func once() throws -> Once {
    guard let (key, body) = idempotency else { return Once(nil, now: now) }
    let principal = actor.user.map { "user \($0)" } ?? actor.name
    let asked = query.all.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let made = try IdempotencyKey(
      key, principal: principal, method: method.rawValue, path: path, body: body + Array(asked.utf8),
      file: upload?.path)
    return Once(made, now: now)
  }
}
