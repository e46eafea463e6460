/// Bytes that grow at the end: what the writer fills, and where the parser undoes escapes.
struct JSONByteBuffer: ~Copyable {
    private(set) var count = 0
    private var capacity: Int
    private var storage: UnsafeMutablePointer<UInt8>

    /// An empty buffer with room for some bytes, at least 8.
    init(capacity: Int) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    /// The bytes so far, until the buffer changes.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: storage, count: count) }

    /// Forgets the bytes and keeps the room.
    mutating func removeAll() { count = 0 }

    /// Appends a byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        storage[count] = byte
        count += 1
    }

    /// Appends bytes.
    @inline(__always)
    mutating func append(contentsOf source: UnsafeBufferPointer<UInt8>) {
        guard let start = source.baseAddress else { return }
        if capacity - count < source.count { grow(by: source.count) }
        (storage + count).update(from: start, count: source.count)
        count += source.count
    }

    /// Appends the ASCII bytes of a literal.
    @inline(__always)
    mutating func append(_ literal: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends the bytes of a string.
    @inline(__always)
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// Appends the bytes up to the first that a JSON string does not hold as it is.
    /// - Returns: how many bytes those were, and whether all of them are ASCII.
    @inline(__always)
    mutating func appendPlain(_ source: UnsafePointer<UInt8>, count limit: Int) -> (taken: Int, isASCII: Bool) {
        var taken = 0
        var highBits: UInt64 = 0
        while taken + 8 <= limit {
            if capacity - count < 8 { grow(by: 8) }
            let word = UnsafeRawPointer(source + taken).loadUnaligned(as: UInt64.self)
            // All eight are stored and only the plain ones counted.
            UnsafeMutableRawPointer(storage + count).storeBytes(of: word, as: UInt64.self)
            let plain = JSONStringBytes.plainCount(in: word)
            highBits |= JSONStringBytes.first(plain, of: word)
            count += plain
            taken += plain
            if plain < 8 { return (taken, highBits & JSONStringBytes.highBits == 0) }
        }
        while taken < limit, !JSONStringBytes.isSpecial(source[taken]) {
            highBits |= UInt64(source[taken])
            append(source[taken])
            taken += 1
        }
        return (taken, highBits & JSONStringBytes.highBits == 0)
    }

    @inline(never)
    private mutating func grow(by needed: Int) {
        capacity = max(capacity * 2, count + needed)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: storage, count: count)
        storage.deallocate()
        storage = larger
    }
}
