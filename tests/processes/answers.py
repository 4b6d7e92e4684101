"""What people type on the shelf's forms: one acceptable answer per form, to be varied."""

from collections.abc import Mapping
from typing import Any

Answer = dict[str, Any]

PERSON: Answer = {
    "idType": "111",
    "idNumber": "990000199001010017",
    "address": "示范县人民路 1 号",
    "mobile": "13900000001",
    "hasAgent": False,
    "resultDelivery": "window",
    "truthful": True,
}
ENTERPRISE: Answer = {
    **PERSON,
    "applicantType": "enterprise",
    "applicantName": "示范物流有限公司",
    "uscc": "91990000MA0000001B",
    "legalRep": "李明",
}
APPLICATIONS: Mapping[str, Answer] = {
    "road_transport": {
        **ENTERPRISE,
        "businessScope": ["general"],
        "businessMode": "owned",
        "vehicles": [{"plate": "示A12345", "vehicleKind": "truck", "totalMass": 12000, "technicalGrade": "1"}],
        "drivers": [
            {"driverName": "王强", "licenceClass": "B2", "qualificationNo": "990000001", "driverValidTo": "2028-01-01"}
        ],
        "safetyRules": ["responsibility", "operation", "supervision", "vehicles"],
    },
    "food_business": {
        **ENTERPRISE,
        "applicantName": "示范餐饮有限公司",
        "premisesName": "示范小馆",
        "premisesAddress": "示范县解放路 8 号",
        "floorArea": 120,
        "staffCount": 6,
        "foodSafetyManager": "赵敏",
        "businessKind": "catering",
        "cateringItems": ["hot"],
        "hasColdDishes": False,
        "hasRawFood": False,
    },
    "company_start": {
        **PERSON,
        "applicantType": "natural",
        "applicantName": "张三",
        "companyName": "示范新办有限公司",
        "companyKind": "limited",
        "companyAddress": "示范县创业路 2 号",
        "addressProof": "leased",
        "companyPhone": "13900000002",
        "businessScope": "信息技术咨询服务",
        "companyLegalRep": "张三",
        "companyLegalRepId": "990000199001010017",
        "registeredCapital": 100,
        "shareholders": [
            {
                "shareholderName": "张三",
                "shareholderId": "990000199001010017",
                "amount": 100,
                "paidBy": "2030-12-31",
            }
        ],
        "chosenServices": ["seal", "tax", "social", "medical", "fund", "bank"],
        "sealSet": "basic",
        "bankBranch": "示范支行营业部",
        "employeeCount": 5,
    },
    "individual_business": {
        **PERSON,
        "applicantType": "natural",
        "applicantName": "孙小梅",
        "hasTradeName": True,
        "tradeName": "示范县福来早餐店",
        "operationForm": "personal",
        "employees": 2,
        "businessScope": "早餐服务",
        "premisesKind": "leased",
        "premisesAddress": "示范县东湖路 16 号",
        "premisesArea": 30,
        "leaseUntil": "2029-12-31",
    },
    "special_equipment": {
        **ENTERPRISE,
        "applicantName": "示范商厦有限公司",
        "registrationKind": "new",
        "equipmentKind": "lift",
        "equipmentModel": "TKJ1000",
        "equipmentCode": "31109900002026001",
        "productNo": "2026-0001",
        "maker": "示范电梯制造有限公司",
        "madeOn": "2025-11-20",
        "installer": "示范电梯安装有限公司",
        "siteAddress": "示范县人民路 1 号商厦 1 号梯",
        "liftFloors": 12,
        "ratedLoad": 1000,
        "inspectionState": "none",
        "safetyManager": "周立",
        "safetyRules": ["post", "record"],
        "maintainer": "示范电梯维保有限公司",
        "maintenanceUntil": "2028-12-31",
    },
    "lawyer_practice": {
        **PERSON,
        "applicantType": "natural",
        "applicantName": "陆遥",
        "practiceKind": "full",
        "lawFirm": "示范律师事务所",
        "firmLicenceNo": "990000001",
        "qualificationNo": "A20259900000001",
        "qualifiedOn": "2024-03-01",
        "degree": "bachelor",
        "school": "示范大学",
        "trainingFrom": "2024-06-01",
        "trainingTo": "2025-06-01",
        "trainingReportNo": "SX-2025-001",
        "trainingMentor": "指导律师：方圆",
        "noRecord": True,
    },
}
GOOD: Answer = {"verdict": "complete", "originals": 1, "copies": 1, "pages": 2}
BAD: Answer = {"verdict": "missing", "defect": "请补交该材料，一份，加盖公章。"}
REASON = "不符合法定条件，理由如下，依据见所引条款。"
VERDICTS: Answer = {"authenticity": "pass", "completeness": "pass", "compliance": "pass"}


def checked(result: str, materials: int, defective: int = 0) -> Answer:
    """The window's verdict on that many materials, the first few of them defective."""
    answer: Answer = {
        "checkResult": result,
        "materials": [BAD] * defective + [GOOD] * (materials - defective),
    }
    if result == "refuse":
        answer |= {"refuseKind": "not_competent", "competentBody": "示范市交通运输局", "refuseReason": REASON}
    return answer


def reviewed(basis: str, result: str = "grant") -> Answer:
    """A review with its three verdicts, its basis and its opinion."""
    return {**VERDICTS, "basis": [basis], "reviewResult": result, "reviewOpinion": "材料真实完整，符合规定条件。"}


def decided(basis: str, decision: str, *, on_the_spot: bool = False) -> Answer:
    """The chief representative's decision; on the spot it carries the three verdicts too."""
    answer: Answer = {"decision": decision}
    if decision != "returned":
        answer["basis"] = [basis]
    if decision != "granted":
        answer["decisionReason"] = REASON
    return {**answer, **(VERDICTS if on_the_spot else {})}


def registered(basis: str, result: str = "grant") -> Answer:
    """A review of a registration that comes to its conclusion."""
    return {"reviewStep": "conclude", **reviewed(basis, result)}


EXTEND: Answer = {"reviewStep": "extend"}
EXTENSION: Answer = {"extensionDays": "3", "extensionReason": "经营范围涉及新业态，需要核对规范表述。"}
EXTENDED: Answer = {"extensionDecision": "approved"}
NOT_EXTENDED: Answer = {"extensionDecision": "rejected", "extensionRejectReason": REASON}
INSPECTION: Answer = {
    "inspectionInstitute": "示范市特种设备检验院",
    "inspectionDays": 8,
    "inspectionContact": "何工",
    "inspectionPhone": "0990-5559000",
    "inspectionReason": "新安装电梯尚未监督检验，依法应当检验。",
}
CONFIRMED: Answer = {"inspectionConfirmed": "confirmed"}
NOT_CONFIRMED: Answer = {"inspectionConfirmed": "returned", "inspectionReturnReason": REASON}
_REPORT: Answer = {"reportNo": "JD-2026-0001", "reportDate": "2026-03-12", "reportReceivedBy": "paper"}
PASSED: Answer = {**_REPORT, "inspectionResult": "pass", "nextInspectionOn": "2027-03-11"}
FAILED: Answer = {
    **_REPORT,
    "inspectionResult": "fail",
    "inspectionDefects": "限速器校验已过期，应急照明不亮，须整改后复检。",
}
URGED: Answer = {
    "reminderMethod": "letter",
    "reminderExpected": "2026-03-20",
    "reminderAnswer": "检验员排期紧，三日内出具。",
    "applicantTold": True,
}
CORRECTED: Answer = {
    "correctionResult": "corrected",
    "correctionDate": "2026-03-16",
    "correctionDone": "已校验限速器，修复应急照明。",
}
NOT_CORRECTED: Answer = {
    "correctionResult": "not_corrected",
    "correctionDate": "2026-03-16",
    "correctionReason": "使用单位决定更换设备，不再整改这台电梯。",
}
SIGNED: Answer = {"reportDecision": "report"}
NOT_SIGNED: Answer = {"reportDecision": "returned", "decisionReason": REASON}
REPORT: Answer = {
    "superiorBody": "示范市司法局",
    "reportLetterNo": "示司报〔2026〕1 号",
    "reportDate": "2026-03-05",
    "reportPages": 40,
    "superiorDays": 10,
    "reportContents": ["opinion", "materials"],
}
_DECISION: Answer = {"superiorNo": "示市司许〔2026〕8 号", "superiorDate": "2026-03-14"}
ADMITTED: Answer = {**_DECISION, "superiorResult": "granted", "licenceNo": "19900202610000001"}
NOT_ADMITTED: Answer = {
    **_DECISION,
    "superiorResult": "refused",
    "superiorReason": "实习期间未满一年，不符合律师法第五条。",
}
SUPPLEMENT: Answer = {"supplementChannel": "window", "supplementBy": "李明", "supplementPages": 3}
SURVEY: Answer = {
    "surveyDate": "2026-03-03",
    "surveyorOne": "马强",
    "surveyorTwo": "田野",
    "surveyPresent": "李明",
    **{f"survey{point}": "pass" for point in ("Site", "Layout", "Equipment", "Rules", "Health")},
    "surveyResult": "pass",
    "surveyFindings": "布局合理，设备设施与经营项目相适应。",
    "surveySigned": True,
}
CERTIFICATE: Answer = {
    "certificateNo": "示00000001",
    "certificateCopies": 1,
    "certificateScope": "按申请核定的范围",
    "validFrom": "2026-03-06",
    "validTo": "2030-03-05",
}
FILING: Answer = {
    "filingMatter": "行政许可申请",
    "filingFacts": "申请人于窗口提交申请，经核对不符合规定。",
    "filingBasis": "行政许可法第三十二条",
    "filingSection": "审批科",
    "filingHandler": "吴静",
    "filingPosition": "科员",
}
DELIVERED: Answer = {
    "deliveryResult": "delivered",
    "deliveryMethod": "window",
    "deliveryDate": "2026-03-10",
    "receiverName": "李明",
    "receiverIdNumber": "990000199001010017",
}
NOT_DELIVERED: Answer = {
    "deliveryResult": "failed",
    "deliveryMethod": "post",
    "deliveryDate": "2026-03-10",
    "deliveryFailReason": "邮件因地址不详退回，改为窗口领取。",
}
SERVED: Answer = {"serviceResult": "done", "serviceReceiptNo": "GZ-0001"}
NOT_SERVED: Answer = {"serviceResult": "failed", "serviceReason": "网点当日无法完成尽职调查，暂不能开户。"}


def agreed(by: str) -> Answer:
    """A head agrees to a negative decision; `by` is section or deputy."""
    return {f"{by}Result": "agreed"}


def sent_back(by: str) -> Answer:
    """A head sends a negative decision back."""
    return {f"{by}Result": "returned", f"{by}ReturnReason": REASON}
