import JSON

/// The OpenAPI v2 document in the protobuf form that kubectl asks for.
///
/// It has a path with a PATCH operation for each kind, from which kubectl learns that dry runs are supported, and the
/// types of all kinds. Source: gnostic `openapiv2/OpenAPIv2.proto`, whose field numbers stand below.
enum OpenAPIProtobuf {
    /// What the answer is called: unlike the type asked for (`…v2@v1.0+protobuf`) it is a valid media type.
    static let contentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    /// The document for these kinds and schemas.
    static func document(
        version: String, kinds: [OpenAPIKind], schemas: [(name: String, schema: JSONValue)] = []
    ) -> [UInt8] {
        let info = field(1, "Kubernetes") + field(2, version)
        let paths = kinds.flatMap { kind in
            // Paths.path = NamedPathItem {name = 1, value = 2 PathItem {patch = 8}}
            field(2, field(1, kind.path) + field(2, field(8, patch(kind))))
        }
        // Document {swagger = 1, info = 2, paths = 8, definitions = 9}
        return field(1, "2.0") + field(2, info) + field(8, paths) + field(9, named(schemas))
    }

    /// Operation {parameters = 8, vendor_extension = 13}.
    private static func patch(_ kind: OpenAPIKind) -> [UInt8] {
        let parameters = OpenAPIKind.writeParameters.flatMap { name in
            // ParametersItem.parameter = 1, Parameter.non_body_parameter = 2,
            // NonBodyParameter.query_parameter_sub_schema = 3 {in = 2, name = 4, type = 6}
            field(8, field(1, field(2, field(3, field(2, "query") + field(4, name) + field(6, "string")))))
        }
        // NamedAny {name = 1, value = 2 Any {yaml = 2}}
        let reference = field(1, OpenAPIKind.extensionName) + field(2, field(2, kind.reference.text))
        return parameters + field(13, reference)
    }

    static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    /// A length-delimited field.
    static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(content.count) + content
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
