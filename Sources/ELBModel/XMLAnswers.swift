/// The XML notation of answers and refusals.
///
/// Source: AWS Query protocol; the result element is present even when it is empty.
package enum XMLAnswer {
    /// The namespace of the API.
    package static let namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"

    static func document(_ root: XMLElement) -> String {
        var text = ""
        root.write(to: &text, attributes: " xmlns=\"\(namespace)\"")
        return text
    }

    static func root(of xml: [UInt8], httpStatus: Int) throws(ELBFailure) -> XMLElement {
        do {
            return try XMLReader.parse(xml)
        } catch {
            let start = String(decoding: xml.prefix(60), as: UTF8.self)
            let message = "the answer (HTTP \(httpStatus)) is not XML: \(error). It starts with '\(start)'"
            throw ELBFailure(.malformedResponse, message, httpStatus: httpStatus)
        }
    }
}

extension ELBResponse {
    /// The answer document of an operation.
    package func xml(for operation: String, requestID: String) -> String {
        let result = XMLElement("\(operation)Result", .structure(wireFields))
        let metadata = XMLElement("ResponseMetadata", children: [XMLElement("RequestId", text: requestID)])
        return XMLAnswer.document(XMLElement("\(operation)Response", children: [result, metadata]))
    }

    /// Reads the answer document of an operation.
    ///
    /// - Throws: the refusal if the document is one; `MalformedResponse` when it cannot be read.
    package init(xml: [UInt8], for operation: String) throws(ELBFailure) {
        let root = try XMLAnswer.root(of: xml, httpStatus: 200)
        if root.name == "ErrorResponse" || root.name == "Response" { throw ELBFailure(xml: xml, httpStatus: 400) }
        guard root.name == "\(operation)Response" else {
            let message = "\(operation) was answered with the element '\(root.name)'"
            throw ELBFailure(.malformedResponse, message, httpStatus: 200)
        }
        let fields = root["\(operation)Result"]?.wireValue.fields ?? []
        do {
            try self.init(operation: operation, wireFields: fields)
        } catch {
            let message = "the answer to \(operation) cannot be read: \(error.message)"
            throw ELBFailure(.malformedResponse, message, httpStatus: 200)
        }
    }
}

extension ELBFailure {
    /// The refusal document.
    package func xml(requestID: String) -> String {
        let fields = [
            XMLElement("Type", text: httpStatus >= 500 ? "Receiver" : "Sender"),
            XMLElement("Code", text: code.rawValue),
            XMLElement("Message", text: message),
        ]
        let request = XMLElement("RequestId", text: requestID)
        return XMLAnswer.document(
            XMLElement("ErrorResponse", children: [XMLElement("Error", children: fields), request]))
    }

    /// Reads a refusal document; one that cannot be read becomes a failure that says so and keeps the status.
    package init(xml: [UInt8], httpStatus: Int) {
        do {
            let root = try XMLAnswer.root(of: xml, httpStatus: httpStatus)
            let error = root["Error"] ?? root["Errors"]?["Error"]
            if let code = error?["Code"]?.text, !code.isEmpty {
                self.init(Code(rawValue: code), error?["Message"]?.text ?? "", httpStatus: httpStatus)
            } else {
                let message = "the refusal (HTTP \(httpStatus)) has no code: its element is '\(root.name)'"
                self.init(.malformedResponse, message, httpStatus: httpStatus)
            }
        } catch {
            self = error
        }
    }
}
