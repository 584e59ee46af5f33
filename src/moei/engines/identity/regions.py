"""Regions of the world, for saying less than a country: United Nations, M49 standard."""

from __future__ import annotations

from functools import cache

# Subregion: its continent, and its countries (ISO 3166 alpha-3).
_SUBREGIONS: dict[str, tuple[str, str]] = {
    "northern_africa": ("africa", "DZA EGY LBY MAR SDN TUN ESH"),
    "eastern_africa": (
        "africa",
        "IOT BDI COM DJI ERI ETH ATF KEN MDG MWI MUS MYT MOZ REU RWA SYC SOM SSD UGA TZA ZMB ZWE",
    ),
    "middle_africa": ("africa", "AGO CMR CAF TCD COG COD GNQ GAB STP"),
    "southern_africa": ("africa", "BWA SWZ LSO NAM ZAF"),
    "western_africa": ("africa", "BEN BFA CPV CIV GMB GHA GIN GNB LBR MLI MRT NER NGA SHN SEN SLE TGO"),
    "caribbean": (
        "americas",
        "AIA ATG ABW BHS BRB BES VGB CYM CUB CUW DMA DOM GRD GLP HTI JAM MTQ MSR PRI BLM KNA LCA MAF VCT SXM TTO TCA "
        "VIR",
    ),
    "central_america": ("americas", "BLZ CRI SLV GTM HND MEX NIC PAN"),
    "south_america": ("americas", "ARG BOL BVT BRA CHL COL ECU FLK GUF GUY PRY PER SGS SUR URY VEN"),
    "northern_america": ("americas", "BMU CAN GRL SPM USA"),
    "central_asia": ("asia", "KAZ KGZ TJK TKM UZB"),
    "eastern_asia": ("asia", "CHN HKG MAC TWN PRK JPN MNG KOR"),
    "south_eastern_asia": ("asia", "BRN KHM IDN LAO MYS MMR PHL SGP THA TLS VNM"),
    "southern_asia": ("asia", "AFG BGD BTN IND IRN MDV NPL PAK LKA"),
    "western_asia": ("asia", "ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN QAT SAU PSE SYR TUR ARE YEM"),
    "eastern_europe": ("europe", "BLR BGR CZE HUN POL MDA ROU RUS SVK UKR"),
    "northern_europe": ("europe", "ALA DNK EST FRO FIN GGY ISL IRL IMN JEY LVA LTU NOR SJM SWE GBR"),
    "southern_europe": ("europe", "ALB AND BIH HRV GIB GRC VAT ITA XKX MLT MNE MKD PRT SMR SRB SVN ESP"),
    "western_europe": ("europe", "AUT BEL FRA DEU LIE LUX MCO NLD CHE"),
    "oceania": (
        "oceania",
        "AUS CXR CCK HMD NZL NFK FJI NCL PNG SLB VUT GUM KIR MHL FSM NRU MNP PLW UMI ASM COK PYF NIU PCN WSM TKL TON "
        "TUV WLF",
    ),
}
SUBREGIONS = tuple(_SUBREGIONS)
CONTINENTS = tuple(dict.fromkeys(continent for continent, _countries in _SUBREGIONS.values()))


@cache
def _of_country() -> dict[str, str]:
    return {
        country: code
        for code, (_continent, countries) in _SUBREGIONS.items()
        for country in countries.split()
    }


def subregion_of(country: str) -> str:
    """The code of a country's subregion; "" for the stateless, and for what is no country."""
    return _of_country().get(country, "")


def continent_of(country: str) -> str:
    """The code of a country's continent; "" where there is none."""
    subregion = subregion_of(country)
    return _SUBREGIONS[subregion][0] if subregion else ""


@cache
def countries_in(region: str) -> tuple[str, ...]:
    """The countries of a subregion or a continent. Raises KeyError for a region that is not known."""
    if region in _SUBREGIONS:
        return tuple(_SUBREGIONS[region][1].split())
    found = [
        country
        for continent, countries in _SUBREGIONS.values()
        if continent == region
        for country in countries.split()
    ]
    if not found:
        raise KeyError(region)
    return tuple(found)
