/// CRC-32C, the checksum of iSCSI and of most journals: it finds every burst of up to 32 wrong bits.
///
/// Source: RFC 3720 appendix B.4; polynomial 0x1EDC6F41, reflected.
struct Checksum {
    /// Eight tables, so that eight bytes are taken in one step.
    private static let tables: [[UInt32]] = {
        let first: [UInt32] = (0..<256).map { entry(of: $0) }
        var tables = [first]
        for table in 1..<8 {
            let former = tables[table - 1]
            tables.append(former.map { (value: UInt32) in (value >> 8) ^ first[Int(value & 0xFF)] })
        }
        return tables
    }()

    private static func entry(of byte: UInt32) -> UInt32 {
        var value = byte
        for _ in 0..<8 {
            let isOdd = value & 1 == 1
            value >>= 1
            if isOdd { value ^= 0x82F6_3B78 }
        }
        return value
    }

    private var state: UInt32 = 0xFFFF_FFFF

    /// The checksum of the bytes so far.
    var value: UInt32 { ~state }

    mutating func add(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { add(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(bytes).withUnsafeBytes { add($0) } }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var value = state
        var place = 0
        Self.tables.withUnsafeBufferPointer { tables in
            while place + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                let mixed: UInt64 = word ^ UInt64(value)
                value = 0
                for step in 0..<8 {
                    let byte = Int(truncatingIfNeeded: mixed >> UInt64(8 * step)) & 0xFF
                    value ^= tables[7 - step][byte]
                }
                place += 8
            }
            while place < bytes.count {
                let byte = Int(value & 0xFF) ^ Int(bytes[place])
                value = (value >> 8) ^ tables[0][byte]
                place += 1
            }
        }
        state = value
    }
}
