/// The OpenAPI v2 document in the protobuf form that kubectl asks for.
///
/// Source: gnostic `openapiv2/OpenAPIv2.proto`: Document {swagger = 1, info = 2, paths = 8, definitions = 9}, Info
/// {title = 1, version = 2}.
enum OpenAPIProtobuf {
    /// A document without definitions, with which clients use the types they were built with.
    static func document(version: String) -> [UInt8] {
        let info = field(1, Array("Kubernetes".utf8)) + field(2, Array(version.utf8))
        return field(1, Array("2.0".utf8)) + field(2, info) + field(8, []) + field(9, [])
    }

    /// A length-delimited field.
    private static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + varint(content.count) + content
    }

    private static func varint(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
