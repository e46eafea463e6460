import ELBModel

/// Pages of a listing. A marker names the last item shown by its position, so that changes between two pages neither
/// repeat nor skip an item that stays.
enum Paging {
    /// The items after the marker.
    ///
    /// - Parameters:
    ///   - items: in ascending order of their positions.
    ///   - operation: markers of other operations are refused.
    ///   - sizeMax: the largest page, and the size of one for which none is asked.
    static func page<Item>(
        _ items: [(position: Int, item: Item)], operation: String, marker: String?, size: Int?, sizeMax: Int
    ) throws(ELBFailure) -> (items: [Item], nextMarker: String?) {
        let size = size ?? sizeMax
        guard (1...sizeMax).contains(size) else {
            throw .validation("Page size '\(size)' is out of range. Use 1 to \(sizeMax)")
        }
        var rest = items[...]
        if let marker, !marker.isEmpty {
            let last = try position(marker, operation)
            rest = items.drop { $0.position <= last }
        }
        let shown = rest.prefix(size)
        let hasMore = rest.count > shown.count
        return (shown.map(\.item), hasMore ? shown.last.map { text($0.position, operation) } : nil)
    }

    private static func text(_ position: Int, _ operation: String) -> String {
        let digits = String(position, radix: 16)
        return "\(seal(position, operation))\(digits)"
    }

    private static func position(_ marker: String, _ operation: String) throws(ELBFailure) -> Int {
        let digits = marker.dropFirst(8)
        guard marker.utf8.count > 8, let position = Int(digits, radix: 16), marker == text(position, operation) else {
            throw .validation("'\(marker)' is not a valid marker for \(operation). Use the NextMarker of the last page")
        }
        return position
    }

    /// Eight digits which depend on all of the marker's content.
    private static func seal(_ position: Int, _ operation: String) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in "\(operation) \(position)".utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
