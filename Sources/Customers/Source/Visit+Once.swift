import Kernel
import Store
import Web

extension Visit {
  /// What makes the create this visit asks for happen once.
  package func once() throws -> Once {
    guard let (key, body) = idempotency else { return Once(nil, now: now) }
    let principal = actor.user.map { "user \($0)" } ?? actor.name
    return Once(
      try IdempotencyKey(key, principal: principal, method: method.rawValue, path: path, body: body), now: now)
  }
}
