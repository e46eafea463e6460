import Foundation
import JSON

/// The work that is compared: a list's bytes in, its objects one by one out.
enum Decoding {
    /// A list without `items`, which would make a measurement meaningless.
    struct NoItems: Error {}

    /// The objects as the cache keeps them.
    static func weir(_ bytes: [UInt8]) throws -> [JSONValue] {
        let list = try JSONValue(parsing: bytes)
        guard let items = list["items"]?.arrayValue else { throw NoItems() }
        return items
    }

    /// The objects as Foundation makes them.
    static func foundation(_ data: Data) throws -> [Any] {
        let list = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let items = list?["items"] as? [Any] else { throw NoItems() }
        return items
    }
}
