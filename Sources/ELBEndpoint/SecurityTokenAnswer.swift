import ELBModel

/// The one call of the Security Token Service which people use to see whether their credentials work.
enum SecurityTokenAnswer {
    /// The version of the STS API.
    static let version = "2011-06-15"

    /// The answer to `GetCallerIdentity`; every other operation is refused.
    static func xml(
        operation: String, accountID: String, caller: String, requestID: String
    ) throws(ELBFailure) -> String {
        guard operation == "GetCallerIdentity" else {
            throw ELBFailure(
                .invalidAction,
                "Could not find operation \(operation) for version \(version). This endpoint knows GetCallerIdentity")
        }
        let result = XMLElement(
            "GetCallerIdentityResult",
            children: [
                XMLElement("Arn", text: "arn:aws:iam::\(accountID):user/\(caller)"),
                XMLElement("UserId", text: caller), XMLElement("Account", text: accountID),
            ])
        let metadata = XMLElement("ResponseMetadata", children: [XMLElement("RequestId", text: requestID)])
        var text = ""
        XMLElement("GetCallerIdentityResponse", children: [result, metadata])
            .write(to: &text, attributes: " xmlns=\"https://sts.amazonaws.com/doc/\(version)/\"")
        return text
    }
}
